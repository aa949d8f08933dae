"""The colours of right and of wrong."""

GREY = "#666666"
# Vermilion of Okabe and Ito's palette: told from grey with any colour vision.
VERMILION = "#d55e00"
