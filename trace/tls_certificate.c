/* SPDX-License-Identifier: Apache-2.0 */
/* X.509 certificate to text, by OpenSSL. */
#include "trace/tls_certificate.h"

#include "ccs/error.h"
#include "ccs/print.h"

#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#define YEAR_2000 CCS_SECONDS(946684800)

/* Copies text, shortened with "..." when `out` is too small. */
static void copy_text(char *out, size_t size, const char *text, size_t length)
{
	bool fits = length < size;
	size_t n = fits ? length : size - 4;

	memcpy(out, text, n);
	memcpy(out + n, fits ? "" : "...", fits ? 1 : 4);
}

static void name_text(char *out, size_t size, const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long length = 0;

	if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
		length = BIO_get_mem_data(bio, &text);
	copy_text(out, size, text ? text : "", length > 0 ? (size_t)length : 0);
	BIO_free(bio);
}

static void serial_text(char *out, size_t size, const ASN1_INTEGER *serial)
{
	char hex[2 * 40 + 1];
	struct ccs_print p;
	int length = ASN1_STRING_length(serial);

	ccs_print_init(&p, hex, sizeof(hex));
	ccs_print_hex(&p, ASN1_STRING_get0_data(serial), length > 40 ? 40 : (size_t)length);
	copy_text(out, size, hex, ccs_print_length(&p));
}

static void time_text(char out[24], const ASN1_TIME *time)
{
	struct tm tm;
	struct ccs_print p;

	out[0] = '\0';
	if (ASN1_TIME_to_tm(time, &tm) != 1 || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
		return;
	ccs_print_init(&p, out, 23);
	ccs_print_zeros(&p, (uint64_t)tm.tm_year + 1900, 4);
	ccs_print_char(&p, '-');
	ccs_print_zeros(&p, (uint64_t)tm.tm_mon + 1, 2);
	ccs_print_char(&p, '-');
	ccs_print_zeros(&p, (uint64_t)tm.tm_mday, 2);
	ccs_print_char(&p, 'T');
	ccs_print_zeros(&p, (uint64_t)tm.tm_hour, 2);
	ccs_print_char(&p, ':');
	ccs_print_zeros(&p, (uint64_t)tm.tm_min, 2);
	ccs_print_char(&p, ':');
	ccs_print_zeros(&p, (uint64_t)tm.tm_sec, 2);
	ccs_print_char(&p, 'Z');
	*p.at = '\0';
}

/* The curve of an EC key, else the algorithm, with the bits where they vary. */
static void key_text(char *out, size_t size, X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	char name[64] = "";
	size_t length = 0;
	struct ccs_print p;

	if (!key || EVP_PKEY_get_group_name(key, name, sizeof(name), &length) != 1) {
		const char *algorithm = key ? EVP_PKEY_get0_type_name(key) : NULL;

		ccs_print_init(&p, name, sizeof(name));
		ccs_print_text(&p, algorithm ? algorithm : "unknown");
		if (key && EVP_PKEY_is_a(key, "RSA")) {
			ccs_print_char(&p, ' ');
			ccs_print_signed(&p, EVP_PKEY_get_bits(key));
		}
		length = ccs_print_length(&p);
	}
	copy_text(out, size, name, length);
}

static enum ccs_tls_validity judge(const X509 *certificate, ccs_time time)
{
	time_t seconds = (time_t)(time / CCS_SECONDS(1));

	if (time < YEAR_2000)
		return CCS_TLS_VALID;
	if (X509_cmp_time(X509_get0_notBefore(certificate), &seconds) > 0)
		return CCS_TLS_NOT_YET_VALID;
	if (X509_cmp_time(X509_get0_notAfter(certificate), &seconds) < 0)
		return CCS_TLS_EXPIRED;
	return CCS_TLS_VALID;
}

int ccs_tls_certificate_read(struct ccs_tls_certificate *out, enum ccs_tls_validity *validity,
			     const uint8_t *der, size_t length, ccs_time time)
{
	X509 *certificate = length <= INT_MAX ? d2i_X509(NULL, &der, (long)length) : NULL;

	ERR_clear_error();
	if (!certificate)
		return CCS_ERR_SYNTAX;
	name_text(out->subject, sizeof(out->subject), X509_get_subject_name(certificate));
	name_text(out->issuer, sizeof(out->issuer), X509_get_issuer_name(certificate));
	serial_text(out->serial, sizeof(out->serial), X509_get0_serialNumber(certificate));
	time_text(out->not_before, X509_get0_notBefore(certificate));
	time_text(out->not_after, X509_get0_notAfter(certificate));
	key_text(out->key, sizeof(out->key), certificate);
	*validity = judge(certificate, time);
	X509_free(certificate);
	ERR_clear_error();
	return 0;
}
