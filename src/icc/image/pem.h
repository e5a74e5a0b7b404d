/*
 * Private keys as text (RFC 7468): what stands between "-----BEGIN ... PRIVATE KEY-----" and its end, in
 * base64. Used by privatekey.c.
 */
#ifndef SCARDSSP_SIM_PEM_H
#define SCARDSSP_SIM_PEM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the first private key of a text, NUL-terminated, into *out, *size bytes of DER; the caller ends them
 * by wipe_free() with *room bytes. What the key's kind is called in front of "PRIVATE KEY" does not matter.
 * PEM_NO_KEY: there is none, or what stands there is no base64; PEM_ENCRYPTED: it has a password.
 */
enum pem_result { PEM_OK, PEM_NO_KEY, PEM_ENCRYPTED, PEM_NO_MEMORY };
enum pem_result pem_read(const char *text, uint8_t **out, size_t *size, size_t *room);

#endif
