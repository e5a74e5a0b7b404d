/*
 * libudev as far as the backend ifd uses it, for tests: a monitor whose news a test sends. A library of its
 * own; the test finds fake_udev_news() in it.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_UDEV_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_UDEV_H

/* Says that something has happened. */
void fake_udev_news(void);

#endif
