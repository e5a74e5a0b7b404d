/*
 * The hand that moves cards, locks and the service while a test program runs: stage.py, which is asked over a
 * socket. Used by the test programs of this folder, which are all played on that stage.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_PCSC_HAND_H
#define SCARDSSP_TESTS_WINDOWS_PCSC_HAND_H

/* The readers of the stage; the second stays empty. */
#define READER L"Virtual PCD 00 00"
#define EMPTY_READER L"Virtual PCD 00 01"

/* Answers to reset of the cards "demo" and "gsm". */
#define DEMO_ATR "3B 8C 81 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9F"
#define GSM_ATR "3B 08 47 53 4D 31 31 2E 31 31"

/*
 * Asks for something to be done, and returns when it is. The text that comes of it stays valid until the next
 * call. Fails the test when it cannot be done:
 *   insert CARD | remove | swap CARD      into, out of the first reader; swap: both, between two calls
 *   linux ARGUMENT...                     the tool scard of Linux, as another program; it must succeed
 *   begin linux ARGUMENT... | end         the same, not waited for; waited for
 *   hold shared|exclusive|locked          another program connects and stays; locked: in a transaction
 *   release                               it goes, leaving the card as it is
 *   wine ARGUMENT...                      other.exe, a program that uses winscard.dll itself
 *   stop | start | restart                the PC/SC service; start and restart wait for the card
 */
const char *hand(const char *wish);

/* The same without waiting; the calls must alternate with hand_done(). */
void hand_begin(const char *wish);
const char *hand_done(void);

#endif
