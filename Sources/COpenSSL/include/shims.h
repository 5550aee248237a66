// OpenSSL's headers, and static inline functions for what Swift cannot import: macros.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string.h>
#include <time.h>

// TLS: macros of ssl.h, and the ex-data slot that leads from an SSL to its connection.

/// Refuses what is older than TLS 1.2, compression, renegotiation. Keeps record buffers: `SSL_free_buffers`
/// gives them back when a connection idles, which costs less than giving them back behind every record.
/// 1 when all of it took.
static inline int shim_ssl_ctx_harden(SSL_CTX *context) {
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) return 0;
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_max_early_data(context, 0);
}

static inline void shim_ssl_ctx_no_tickets(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
}

static inline void shim_ssl_ctx_max_cert_list(SSL_CTX *context, long bytes) {
    SSL_CTX_set_max_cert_list(context, bytes);
}

static inline int shim_ssl_set_host_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

static inline int shim_ssl_set_app_data(SSL *ssl, void *data) { return SSL_set_app_data(ssl, data); }

static inline void *shim_ssl_get_app_data(const SSL *ssl) { return SSL_get_app_data(ssl); }

static inline void shim_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline void shim_bio_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

// Certificates: stacks and unions that Swift cannot import.

static inline int shim_general_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

/// The text of the name at `index` when it has the kind GEN_DNS or GEN_URI that is asked for; else NULL.
/// The bytes stay the stack's own.
static inline const unsigned char *shim_general_name(
    const GENERAL_NAMES *names, int index, int kind, int *count) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name == NULL || name->type != kind || (kind != GEN_DNS && kind != GEN_URI)) return NULL;
    *count = ASN1_STRING_length(name->d.ia5);
    return ASN1_STRING_get0_data(name->d.ia5);
}

// The certificates that a peer showed, as the verification under way has them.

static inline int shim_shown_count(X509_STORE_CTX *store) {
    return sk_X509_num(X509_STORE_CTX_get0_untrusted(store));
}

static inline X509 *shim_shown(X509_STORE_CTX *store, int index) {
    return sk_X509_value(X509_STORE_CTX_get0_untrusted(store), index);
}

/// Puts `certificate` in the place of the one at `index`, which has the same bytes, before they are verified: the
/// connection keeps it from there.
static inline void shim_replace_shown(X509_STORE_CTX *store, int index, X509 *certificate) {
    STACK_OF(X509) *shown = X509_STORE_CTX_get0_untrusted(store);
    X509 *old = sk_X509_value(shown, index);
    if (old == NULL || old == certificate || X509_up_ref(certificate) != 1) return;
    if (X509_STORE_CTX_get0_cert(store) == old) X509_STORE_CTX_set_cert(store, certificate);
    sk_X509_set(shown, index, certificate);
    X509_free(old);
}

/// Seconds since 1970 of an ASN.1 time; 0 when it is none.
static inline long long shim_asn1_seconds(const ASN1_TIME *moment) {
    struct tm parts;
    if (moment == NULL || ASN1_TIME_to_tm(moment, &parts) != 1) return 0;
    return (long long)timegm(&parts);
}

/// A password callback that has none: an encrypted key is an error and never a prompt at a terminal.
static inline int shim_no_password(char *buffer, int size, int writing, void *data) {
    (void)buffer; (void)size; (void)writing; (void)data;
    return -1;
}

static inline EVP_PKEY *shim_read_private_key(BIO *bio) {
    return PEM_read_bio_PrivateKey(bio, NULL, shim_no_password, NULL);
}

// Certificates that are made here: a variadic function, and macros.

static inline EVP_PKEY *shim_p256_key(void) { return EVP_EC_gen("P-256"); }

/// 1 for a key on the curve P-256.
static inline int shim_is_p256(const EVP_PKEY *key) {
    char name[32];
    return EVP_PKEY_is_a(key, "EC")
        && EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, NULL) == 1
        && strcmp(name, "prime256v1") == 0;
}

/// What was written to a memory BIO; the bytes stay its own.
static inline const char *shim_bio_bytes(BIO *bio, long *count) {
    char *start = NULL;
    *count = BIO_get_mem_data(bio, &start);
    return start;
}

/// The peer of this connection alone is asked for a certificate, which is verified against `store`; one that is
/// required is verified at each connection anew: no tickets. Takes no reference over.
static inline int shim_ssl_ask_for_certificate(SSL *ssl, X509_STORE *store, int required) {
    SSL_set_verify(ssl, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), NULL);
    if (SSL_set1_verify_cert_store(ssl, store) != 1) return 0;
    if (!required) return 1;
    SSL_set_options(ssl, SSL_OP_NO_TICKET);
    return SSL_set_num_tickets(ssl, 0) == 1;
}

static inline STACK_OF(X509_NAME) *shim_new_names(void) { return sk_X509_NAME_new_null(); }

static inline void shim_free_names(STACK_OF(X509_NAME) *names) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
}
