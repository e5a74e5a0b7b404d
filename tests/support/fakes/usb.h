/*
 * libusb-1.0 as far as the driver libccid uses it, for tests: one device, a reader of the class CCID with a
 * card of icc/ (ccid_reader.h). A library of its own, which bears libusb's name: who is linked with it has it
 * loaded before the driver asks for that. The hand that plugs and moves cards calls what follows, from any
 * thread.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_USB_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_USB_H

#include <stdbool.h>
#include <stdint.h>

/* One of the readers that the driver's Info.plist names, and how it is called there. */
#define FAKE_USB_VENDOR 0x04E6
#define FAKE_USB_PRODUCT 0x5116
#define FAKE_USB_NAME "SCM Microsystems Inc. SCR 3310"
#define FAKE_USB_SERIAL "0815"

/* Plugs the reader in, without a card, as this device of this bus; and out. */
void fake_usb_plug(uint8_t bus, uint8_t device);
void fake_usb_unplug(void);

/* Puts a card in, by the name of its image; false: there is no such image. And takes it out. */
bool fake_usb_insert(const char *image);
void fake_usb_remove(void);

/* How many programs have the device open. */
unsigned fake_usb_opened(void);

#endif
