"""OData queries: words, filters, options, links. What a query means for rows; no HTTP."""
