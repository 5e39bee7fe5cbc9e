"""The language of conditions and calculations: XLSForm expressions, parsed once, evaluated on both sides."""
