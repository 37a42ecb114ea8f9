"""What programs by others make of the files; they run in an environment of their own."""
