# The first minute, typed in the folder of a clone as root. README.md shows it, and the install test types it.
make demo                # a guided tour: attach, run commands, lose the card to a reset, ReAttach, go on
make install             # into /usr/local; PREFIX=/usr or another place, if you like
scard --version
export SCARDSSP_RM=sim   # three simulated readers; without this line those of the PC/SC service
scard list
cc examples/attach.c $(pkg-config --cflags --libs scardssp) -o attach
./attach
