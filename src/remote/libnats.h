/* libnats, loaded when first needed. Used by transport.c alone. */
#ifndef SCARDSSP_REMOTE_LIBNATS_H
#define SCARDSSP_REMOTE_LIBNATS_H

#include <nats/nats.h>

/* Every function that is used, with the type that the header has for it. */
#define LIBNATS_FUNCTIONS(X)                                                                                 \
    X(natsStatus_GetText)                                                                                    \
    X(nats_GetLastError)                                                                                     \
    X(natsOptions_Create)                                                                                    \
    X(natsOptions_Destroy)                                                                                   \
    X(natsOptions_SetServers)                                                                                \
    X(natsOptions_SetName)                                                                                   \
    X(natsOptions_SetTimeout)                                                                                \
    X(natsOptions_SetSecure)                                                                                 \
    X(natsOptions_LoadCATrustedCertificates)                                                                 \
    X(natsOptions_LoadCertificatesChain)                                                                     \
    X(natsOptions_SetUserInfo)                                                                               \
    X(natsOptions_SetUserCredentialsFromFiles)                                                               \
    X(natsOptions_SetNKeyFromSeed)                                                                           \
    X(natsOptions_SetMaxReconnect)                                                                           \
    X(natsOptions_SetReconnectWait)                                                                          \
    X(natsOptions_SetReconnectJitter)                                                                        \
    X(natsOptions_SetIgnoreDiscoveredServers)                                                                \
    X(natsOptions_SetPingInterval)                                                                           \
    X(natsOptions_SetMaxPingsOut)                                                                            \
    X(natsOptions_SetSendAsap)                                                                               \
    X(natsOptions_SetNoEcho)                                                                                 \
    X(natsOptions_SetIOBufSize)                                                                              \
    X(natsOptions_SetWriteDeadline)                                                                          \
    X(natsOptions_SetErrorHandler)                                                                           \
    X(natsOptions_SetDisconnectedCB)                                                                         \
    X(natsOptions_SetReconnectedCB)                                                                          \
    X(natsOptions_SetClosedCB)                                                                               \
    X(natsConnection_Connect)                                                                                \
    X(natsConnection_Status)                                                                                 \
    X(natsConnection_GetMaxPayload)                                                                          \
    X(natsConnection_Subscribe)                                                                              \
    X(natsConnection_SubscribeSync)                                                                          \
    X(natsConnection_PublishRequest)                                                                         \
    X(natsConnection_Publish)                                                                                \
    X(natsConnection_FlushTimeout)                                                                           \
    X(natsConnection_Close)                                                                                  \
    X(natsConnection_Destroy)                                                                                \
    X(natsSubscription_NextMsg)                                                                              \
    X(natsSubscription_SetOnCompleteCB)                                                                      \
    X(natsSubscription_Unsubscribe)                                                                          \
    X(natsSubscription_Destroy)                                                                              \
    X(natsInbox_Create)                                                                                      \
    X(natsInbox_Destroy)                                                                                     \
    X(natsMsg_GetSubject)                                                                                    \
    X(natsMsg_GetReply)                                                                                      \
    X(natsMsg_GetData)                                                                                       \
    X(natsMsg_GetDataLength)                                                                                 \
    X(natsMsg_IsNoResponders)                                                                                \
    X(natsMsg_Destroy)

struct libnats {
#define LIBNATS_MEMBER(name) __typeof__(&name) name;
    LIBNATS_FUNCTIONS(LIBNATS_MEMBER)
#undef LIBNATS_MEMBER
};

/* The library's functions; NULL: there is none, or it lacks one. */
const struct libnats *libnats(void);

#endif
