"""The compiled engine's types. Every name here is bound in src/cpp/bindings/, in the file of its topic."""

LEVEL: str

# info.cpp
VERSION: str
COMPILER: str
EIGEN: str
