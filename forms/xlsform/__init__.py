"""XLSForm, the field's standard: a form as the sheets of a workbook, and the sheets of a workbook as a form."""
