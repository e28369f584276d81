/* SPDX-License-Identifier: Apache-2.0 */
/* Names and sentences of the error list. */
#include "ccs/error.h"

const char *ccs_error_name(int error)
{
	switch (error) {
#define CCS_ERROR_ROW(name, value, sentence) \
	case name:                           \
		return #name;
		CCS_ERRORS(CCS_ERROR_ROW)
#undef CCS_ERROR_ROW
	}
	return "CCS_ERR_?";
}

const char *ccs_error_text(int error)
{
	switch (error) {
#define CCS_ERROR_ROW(name, value, sentence) \
	case name:                           \
		return sentence;
		CCS_ERRORS(CCS_ERROR_ROW)
#undef CCS_ERROR_ROW
	}
	return "an unknown error";
}
