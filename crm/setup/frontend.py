"""Third-party front-end assets: fetched by npm, copied to where Flask serves them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from crm.setup.icons import read_icon_names, write_sprite
from crm.setup.layout import Layout
from crm.setup.report import say
from crm.setup.stamp import Stamp, digest
from crm.setup.step import PackageSet, sets_that_serve
from crm.setup.tools import run_tool

# Package, and its file that the browser gets.
ASSETS = (
    ("@tabler/core", "dist/css/tabler.min.css"),
    # Bars, lines and their tooltips; the server draws the same pictures with it.
    ("echarts", "dist/echarts.common.min.js"),
    ("htmx.org", "dist/htmx.min.js"),
    ("sortablejs", "Sortable.min.js"),
)
# Name beside the assets, and where the text stands. Tabler's package lacks
# its own, and its style sheet holds Bootstrap's: both are kept by us.
LICENSES = (
    ("tabler-core.txt", "licenses/tabler-core.txt"),
    ("bootstrap.txt", "licenses/bootstrap.txt"),
    ("tabler-icons.txt", "node_modules/@tabler/icons/LICENSE"),
    ("echarts.txt", "node_modules/echarts/LICENSE"),
    ("echarts-notice.txt", "node_modules/echarts/NOTICE"),
    # Both are inside ECharts' file.
    ("zrender.txt", "node_modules/zrender/LICENSE"),
    ("tslib.txt", "node_modules/tslib/LICENSE.txt"),
    ("htmx.txt", "node_modules/htmx.org/LICENSE"),
    ("sortable.txt", "node_modules/sortablejs/LICENSE"),
)
FONT_PACKAGES = ("noto-sans-jp", "noto-sans-kr")
FONT_WEIGHTS = ("400Regular", "700Bold")


@dataclass(frozen=True, slots=True)
class NodeModules:
    """What package-lock.json names; the tests' set adds its devDependencies."""

    layout: Layout
    wanted: PackageSet

    def is_done(self) -> bool:
        installed = self._stamp.read()
        return any(installed == self._key(name) for name in sets_that_serve(self.wanted))

    def do(self) -> None:
        say("Fetching the front-end packages (npm) ...")
        run_tool(
            self.layout,
            "Fetching the front-end packages",
            *(self.layout.node, self.layout.npm, "ci"),
            # No package of ours needs its install script, so none may run one.
            *("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"),
            *("--loglevel", "error"),
            *(("--omit", "dev") if self.wanted == "run" else ()),
            cwd=self.layout.frontend,
        )
        self._stamp.write(self._key(self.wanted))

    @property
    def _stamp(self) -> Stamp:
        # npm empties this folder when it begins, and the stamp with it.
        return Stamp(self.layout.node_modules / ".stamp")

    def _key(self, name: PackageSet) -> str:
        return f"{name} {digest(*package_files(self.layout))}"


@dataclass(frozen=True, slots=True)
class VendorAssets:
    """`crm/static/vendor/`: style sheet, scripts, one sprite of icons, licences."""

    layout: Layout

    def is_done(self) -> bool:
        return self._stamp.read() == self._key()

    def do(self) -> None:
        say("Building the front-end assets ...")
        vendor = self.layout.vendor
        fresh = vendor.with_name(".vendor-unfinished")
        shutil.rmtree(fresh, ignore_errors=True)
        (fresh / "LICENSES").mkdir(parents=True)
        for package, file in ASSETS:
            shutil.copyfile(self.layout.node_modules / package / file, fresh / Path(file).name)
        for name, source in LICENSES:
            shutil.copyfile(self.layout.frontend / source, fresh / "LICENSES" / name)
        write_sprite(
            read_icon_names(self._icon_list),
            self.layout.node_modules / "@tabler" / "icons" / "icons" / "outline",
            fresh / "icons.svg",
        )
        Stamp(fresh / ".stamp").write(self._key())
        # Swapped in whole, so that a server that runs never serves a half.
        shutil.rmtree(vendor, ignore_errors=True)
        fresh.rename(vendor)

    @property
    def _icon_list(self) -> Path:
        return self.layout.frontend / "icons.txt"

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.vendor / ".stamp")

    def _key(self) -> str:
        # The code that copies and draws is an input like the files.
        code = Path(__file__)
        return digest(
            *package_files(self.layout), self._icon_list, code, code.with_name("icons.py")
        )


@dataclass(frozen=True, slots=True)
class Fonts:
    """`crm/fonts/`: Latin, Japanese and Korean for printed pages and for the tests' browser."""

    layout: Layout

    def is_done(self) -> bool:
        return self._stamp.read() == self._key()

    def do(self) -> None:
        say("Copying the fonts ...")
        fresh = self.layout.fonts.with_name(".fonts-unfinished")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name in FONT_PACKAGES:
            package = self.layout.node_modules / "@expo-google-fonts" / name
            shutil.copyfile(package / "LICENSE_FONT", fresh / f"LICENSE-{name}.txt")
            for weight in FONT_WEIGHTS:
                for font in sorted((package / weight).glob("*.ttf")):
                    shutil.copyfile(font, fresh / font.name)
        Stamp(fresh / ".stamp").write(self._key())
        # Swapped in whole, so that a server that runs never prints without a font.
        shutil.rmtree(self.layout.fonts, ignore_errors=True)
        fresh.rename(self.layout.fonts)

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.fonts / ".stamp")

    def _key(self) -> str:
        return digest(*package_files(self.layout), Path(__file__))


def package_files(layout: Layout) -> tuple[Path, Path]:
    """What decides which packages npm installs."""
    return layout.frontend / "package.json", layout.frontend / "package-lock.json"
