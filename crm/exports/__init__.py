"""Lists as files: CSV and workbooks that no spreadsheet runs, and that our import reads back."""
