"""The numbers: how people fare on their way, with small cells hidden so that nobody can be made out."""
