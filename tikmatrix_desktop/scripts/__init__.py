"""What a phone can be told to do: one script a file, its config model above its run()."""
