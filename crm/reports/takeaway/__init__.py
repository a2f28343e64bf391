"""Reports as files: workbook, tables of text, pages set for print, and the brief for a council."""
