"""The Tiexi data set: facts as data files, and what loads them. The code beyond this folder knows nothing of Tiexi."""
