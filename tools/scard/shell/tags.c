/* What the tags of data objects mean: see tags.h. */
#include "shell/tags.h"

#include <stddef.h>

struct row {
    uint32_t tag;
    const char *meaning;
};

/* ISO/IEC 7816-6, table 1, and ISO/IEC 7816-4:2005 §8; those that cards have in their files. */
static const struct row any[] = {{0x06, "object identifier"},
                                 {0x41, "country"},
                                 {0x42, "issuer"},
                                 {0x43, "card service data"},
                                 {0x44, "initial access data"},
                                 {0x45, "card issuer's data"},
                                 {0x46, "pre-issuing data"},
                                 {0x47, "card capabilities"},
                                 {0x48, "status"},
                                 {0x4D, "header list"},
                                 {0x4F, "application identifier"},
                                 {0x50, "label"},
                                 {0x51, "path"},
                                 {0x52, "command"},
                                 {0x53, "data"},
                                 {0x5A, "number of the card or account"},
                                 {0x5B, "name"},
                                 {0x5C, "list of tags"},
                                 {0x5D, "list of headers"},
                                 {0x5E, "login data"},
                                 {0x5F20, "name of the card holder"},
                                 {0x5F24, "expires"},
                                 {0x5F25, "valid from"},
                                 {0x5F28, "country of the issuer"},
                                 {0x5F2D, "languages"},
                                 {0x5F2F, "use of the PIN"},
                                 {0x5F35, "sex"},
                                 {0x5F50, "address (URL)"},
                                 {0x5F52, "historical bytes"},
                                 {0x61, "application"},
                                 {0x62, "file control parameters"},
                                 {0x64, "file management data"},
                                 {0x65, "card holder"},
                                 {0x66, "card data"},
                                 {0x6E, "application data"},
                                 {0x6F, "file control information"},
                                 {0x73, "data objects, discretionary"},
                                 {0x79, "allocation of tags"},
                                 {0x7A, "security support"},
                                 {0x7F21, "certificate"},
                                 {0x7F49, "public key"},
                                 {0x7F66, "extended lengths"},
                                 {0xE0, "sizes of buffers"},
                                 {0}};

/* ISO/IEC 7816-4:2005, table 12; C6: ETSI TS 102 221 11.1.1.4.10. */
static const struct row file[] = {{0x80, "bytes of data"},
                                  {0x81, "bytes with structure"},
                                  {0x82, "kind"},
                                  {0x83, "identifier"},
                                  {0x84, "name (AID)"},
                                  {0x85, "proprietary"},
                                  {0x86, "security, proprietary"},
                                  {0x87, "file with more information"},
                                  {0x88, "short identifier"},
                                  {0x8A, "life cycle"},
                                  {0x8B, "security: rule"},
                                  {0x8C, "security, compact"},
                                  {0x8D, "file with security environments"},
                                  {0x8E, "channel"},
                                  {0xA0, "security of data objects"},
                                  {0xA2, "short identifiers of files"},
                                  {0xA5, "proprietary"},
                                  {0xAB, "security, expanded"},
                                  {0xAC, "cryptographic mechanism"},
                                  {0xC6, "state of PINs"},
                                  {0}};

static const struct row chuid[] = {{0x30, "FASC-N"},
                                   {0x32, "organizational identifier"},
                                   {0x33, "DUNS"},
                                   {0x34, "GUID"},
                                   {0x35, "expires"},
                                   {0x36, "UUID of the card holder"},
                                   {0x3D, "authentication key map"},
                                   {0x3E, "signature of the issuer"},
                                   {0xEE, "length"},
                                   {0xFE, "error detection code"},
                                   {0}};

static const struct row ccc[] = {{0xF0, "card identifier"},
                                 {0xF1, "version of capabilities"},
                                 {0xF2, "version of grammar"},
                                 {0xF3, "applications"},
                                 {0xF4, "PKCS#15"},
                                 {0xF5, "registered data model"},
                                 {0xF6, "access rules"},
                                 {0xF7, "card APDUs"},
                                 {0xFA, "redirection"},
                                 {0xFB, "capability tuples"},
                                 {0xFC, "status tuples"},
                                 {0xFD, "next capabilities"},
                                 {0xFE, "error detection code"},
                                 {0}};

static const struct row container[] = {{0x01, "name"},
                                       {0x02, "affiliation"},
                                       {0x04, "expires"},
                                       {0x05, "serial number of the card"},
                                       {0x06, "issuer"},
                                       {0x70, "certificate"},
                                       {0x71, "compressed"},
                                       {0x72, "MSCUID"},
                                       {0x7E, "discovery"},
                                       {0x5F2F, "use of the PIN"},
                                       {0xBC, "biometric data"},
                                       {0xBA, "mapping of data groups"},
                                       {0xBB, "security object"},
                                       {0xC1, "keys with certificates on the card"},
                                       {0xC2, "keys with certificates elsewhere"},
                                       {0xF3, "address of certificates elsewhere"},
                                       {0xFE, "error detection code"},
                                       {0}};

static const struct row openpgp[] = {{0x81, "general features"},
                                     {0x93, "signatures so far"},
                                     {0xC0, "extended capabilities"},
                                     {0xC1, "algorithm of the signature key"},
                                     {0xC2, "algorithm of the decryption key"},
                                     {0xC3, "algorithm of the authentication key"},
                                     {0xC4, "state of the passwords"},
                                     {0xC5, "fingerprints of the keys"},
                                     {0xC6, "fingerprints of CA keys"},
                                     {0xCD, "times the keys were made"},
                                     {0xD6, "touch for signatures"},
                                     {0xD7, "touch for decryption"},
                                     {0xD8, "touch for authentication"},
                                     {0xDE, "state of the keys"},
                                     {0x7F74, "features"},
                                     {0}};

static const struct row rules[] = {{0x80, "access mode"},
                                   {0x84, "access mode, proprietary"},
                                   {0x83, "reference"},
                                   {0x90, "always"},
                                   {0x95, "use"},
                                   {0x97, "never"},
                                   {0x9E, "security condition"},
                                   {0xA0, "one of these"},
                                   {0xA4, "after authentication"},
                                   {0xA7, "none of these"},
                                   {0xAF, "all of these"},
                                   {0xB4, "with a checksum"},
                                   {0xB6, "with a signature"},
                                   {0xB8, "encrypted"},
                                   {0}};

static const char *find(const struct row *row, uint32_t tag) {
    for (; row->meaning; ++row)
        if (row->tag == tag)
            return row->meaning;
    return NULL;
}

const char *tags_meaning(enum objects_kind kind, uint32_t tag) {
    static const struct row *const tables[] = {any, file, chuid, ccc, container, openpgp, rules};
    const char *meaning = find(tables[kind], tag);
    return meaning ? meaning : find(any, tag);
}
