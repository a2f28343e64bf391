"""What every page shares and no word of the domain: headers, access, paging, formats."""
