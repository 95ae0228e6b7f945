"""TikTok's pages: what can be done on each, and how it shows that it was done."""
