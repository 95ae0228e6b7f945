"""Models and views of the lists: phones and tasks."""
