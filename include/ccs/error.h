/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one list of errors.  Every function of the core that can fail returns a negative value
 * of this list; zero or a length is success.
 */
#ifndef CCS_ERROR_H
#define CCS_ERROR_H

/* X(name, value, sentence) */
#define CCS_ERRORS(X)                                                          \
	X(CCS_IGNORED, -1, "not for us, nothing changed")                      \
	X(CCS_ERR_SPACE, -2, "the pool or the output buffer is full")          \
	X(CCS_ERR_SHORT, -3, "the input ends before the message does")         \
	X(CCS_ERR_HEADER, -4, "the header is not one of this protocol")        \
	X(CCS_ERR_EVENT, -5, "the event code is not one of this place")        \
	X(CCS_ERR_ENUM, -6, "the enumeration has no such value")               \
	X(CCS_ERR_RANGE, -7, "the value is out of its range")                  \
	X(CCS_ERR_TEXT, -8, "the string is not valid")                         \
	X(CCS_ERR_WILDCARD, -9, "an element that the schema does not declare") \
	X(CCS_ERR_MISSING, -10, "a mandatory element is missing")              \
	X(CCS_ERR_COUNT, -11, "more entries than the schema allows, or fewer") \
	X(CCS_ERR_SYNTAX, -12, "the text is not JSON")                         \
	X(CCS_ERR_NAME, -13, "no element of this name here")                   \
	X(CCS_ERR_TYPE, -14, "a JSON value of the wrong type")                 \
	X(CCS_ERR_LENGTH, -15, "a length field contradicts the data")          \
	X(CCS_ERR_SIZE, -16, "larger than we accept")                          \
	X(CCS_ERR_UNKNOWN, -17, "an unknown kind of data")                     \
	X(CCS_ERR_STATE, -18, "called out of turn")                            \
	X(CCS_ERR_CRYPTO, -19, "decryption or authentication failed")          \
	X(CCS_ERR_IO, -20, "reading or writing failed")                        \
	X(CCS_ERR_CHECKSUM, -21, "a checksum is wrong")

enum ccs_error {
#define CCS_ERROR_ROW(name, value, sentence) name = (value),
	CCS_ERRORS(CCS_ERROR_ROW)
#undef CCS_ERROR_ROW
};

/* "CCS_ERR_SPACE"; "CCS_ERR_?" for a value that is not in the list. */
const char *ccs_error_name(int error);

/* The sentence of the list, without full stop. */
const char *ccs_error_text(int error);

#endif
