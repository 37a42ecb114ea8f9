"""The catalogue's Django project; the software's version stands here and nowhere else."""

#: The release, or ".dev0" after the number of the one that is being worked on.
__version__ = "1.0.0"
