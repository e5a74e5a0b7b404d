/*
 * The USB interfaces that may be smart card readers, as the kernel tells of them. Looked at by hotplug.c and
 * usbreaders.c.
 */
#ifndef SCARDSSP_BACKENDS_IFD_USB_H
#define SCARDSSP_BACKENDS_IFD_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ifd_usb_interface {
    char id[40]; /* the kernel's name: "1-2:1.0" */
    uint16_t vendor, product;
    unsigned interface; /* its number */
    unsigned bus, device;
    bool smart_card; /* it says that it is of the class of smart card readers */
    bool taken;      /* a program has claimed it (usbfs) */
    char kernel[32]; /* what in the kernel has claimed it, usbfs or a module; "": nothing has */
};

/* Starts zeroed; ended by free(list->items). */
struct ifd_usb_list {
    struct ifd_usb_interface *items;
    size_t count;
};

/*
 * Lists the interfaces in a folder of devices (/sys/bus/usb/devices) that are of the class of smart card
 * readers, or of none in particular. false: out of memory, or there is no such folder: no USB.
 */
bool ifd_usb_scan(struct ifd_usb_list *list, const char *folder);

/* Bytes that ifd_usb_device_name() needs. */
#define IFD_USB_NAME_MAX 96u

/* The device as drivers want it named: "usb:08e6/3437:libudev:0:/dev/bus/usb/008/047". */
void ifd_usb_device_name(const struct ifd_usb_interface *interface, char name[IFD_USB_NAME_MAX]);

#endif
