#include "report_library.h"

#include <zlib.h>

#include "library.h"

/* What a function returns, its name, its parameters, and they once more. */
#define XML_CALLS(X)                                                         \
	X(XML_Parser, XML_ParserCreate_MM,                                   \
	  (const XML_Char *encoding, const XML_Memory_Handling_Suite *mem,   \
	   const XML_Char *separator),                                       \
	  (encoding, mem, separator))                                        \
	X(enum XML_Status, XML_Parse,                                        \
	  (XML_Parser p, const char *s, int n, int end), (p, s, n, end))     \
	X(enum XML_Status, XML_StopParser, (XML_Parser p, XML_Bool again),   \
	  (p, again))                                                        \
	X(enum XML_Error, XML_GetErrorCode, (XML_Parser p), (p))             \
	X(const XML_LChar *, XML_ErrorString, (enum XML_Error code), (code)) \
	X(XML_Size, XML_GetCurrentLineNumber, (XML_Parser p), (p))           \
	X(XML_Index, XML_GetCurrentByteIndex, (XML_Parser p), (p))

#define XML_COMMANDS(X)                                                      \
	X(XML_ParserFree, (XML_Parser p), (p))                               \
	X(XML_SetUserData, (XML_Parser p, void *data), (p, data))            \
	X(XML_SetElementHandler,                                             \
	  (XML_Parser p, XML_StartElementHandler start,                      \
	   XML_EndElementHandler end),                                       \
	  (p, start, end))                                                   \
	X(XML_SetCharacterDataHandler,                                       \
	  (XML_Parser p, XML_CharacterDataHandler text), (p, text))          \
	X(XML_SetStartDoctypeDeclHandler,                                    \
	  (XML_Parser p, XML_StartDoctypeDeclHandler doctype), (p, doctype)) \
	X(XML_SetUnknownEncodingHandler,                                     \
	  (XML_Parser p, XML_UnknownEncodingHandler unknown, void *data),    \
	  (p, unknown, data))

#define ZIP_CALLS(X)                                              \
	X(int, inflateInit2_,                                     \
	  (z_streamp z, int bits, const char *version, int size), \
	  (z, bits, version, size))                               \
	X(int, inflate, (z_streamp z, int flush), (z, flush))     \
	X(int, inflateReset, (z_streamp z), (z))                  \
	X(int, inflateEnd, (z_streamp z), (z))                    \
	X(uLong, crc32, (uLong crc, const Bytef *p, uInt n), (crc, p, n))

#define NO_COMMANDS(X)

LIBRARY_FORWARD(XML_CALLS, XML_COMMANDS)
LIBRARY_FORWARD(ZIP_CALLS, NO_COMMANDS)

enum status report_library_load(struct diag *why)
{
	static const struct library_symbol xml[] = { XML_CALLS(
		LIBRARY_CALL_SYMBOL) XML_COMMANDS(LIBRARY_COMMAND_SYMBOL) };
	static const struct library_symbol zip[] = { ZIP_CALLS(
		LIBRARY_CALL_SYMBOL) };
	enum status st = library_load("libexpat.so.1", xml,
				      sizeof(xml) / sizeof(*xml), why);

	return st == ST_OK ? library_load("libz.so.1", zip,
					  sizeof(zip) / sizeof(*zip), why)
			   : st;
}
