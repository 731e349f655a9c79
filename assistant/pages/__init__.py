"""Server-rendered pages: templates, one stylesheet, native modules, their routes."""
