/* The readers of clients/cards/readers.json, which SCARDSSP_RM names for the programs of these tests. */
#ifndef SCARDSSP_TESTS_WINDOWS_CLIENTS_READERS_H
#define SCARDSSP_TESTS_WINDOWS_CLIENTS_READERS_H

#define DEMO_READER L"Demo reader"
#define SIM_READER L"SIM reader"
#define OTHER_SIM_READER L"Other SIM reader"
#define CLASS_90_READER L"Class 90 reader"
#define CLASS_80_READER L"Class 80 reader"
#define READERS 5

#endif
