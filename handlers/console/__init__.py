"""The ops console: pages that are made on the server, read without JavaScript, and kept fresh by htmx where it runs."""
