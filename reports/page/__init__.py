"""A printed page: what stands on it, how it is written as HTML, and how that becomes a PDF.

Nothing here knows records, forms or reports: a `Bulletin` holds finished words and
finished numbers.
"""
