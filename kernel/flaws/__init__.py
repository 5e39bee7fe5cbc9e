"""What any file of definitions or settings is refused for, whatever it defines."""
