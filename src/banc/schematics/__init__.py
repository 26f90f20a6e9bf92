"""Scripts in `diagrams/` → pictures as part of a page. Apart from all other rooms."""
