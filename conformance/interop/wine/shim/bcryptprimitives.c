/*
 * bcryptprimitives.dll for a Wine that has none (before 9): the Go runtime does not
 * start without its ProcessPrng.
 *
 * Every Go program loads it, so it also puts right an answer of the same Wines.
 * Asked to delete a file in the way of Windows 10, they say STATUS_NOT_IMPLEMENTED
 * where a Windows that does not know it says STATUS_INVALID_INFO_CLASS. Only the
 * latter makes os.RemoveAll, and with it the end of a test, take the older way.
 */
#include <stdint.h>
#include <string.h>
#include <windows.h>

#define STATUS_NOT_IMPLEMENTED ((LONG)0xC0000002)
#define STATUS_INVALID_INFO_CLASS ((LONG)0xC0000003)

typedef LONG(WINAPI *set_information)(HANDLE, void *, void *, ULONG, ULONG);

static set_information wines;

/* RtlGenRandom by its real name. */
__declspec(dllimport) BOOLEAN WINAPI SystemFunction036(void *, ULONG);

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T size)
{
	while (size > 0) {
		ULONG part = size < 1 << 16 ? (ULONG)size : 1 << 16;

		if (!SystemFunction036(data, part))
			return FALSE;
		data += part;
		size -= part;
	}
	return TRUE;
}

static LONG WINAPI ours(HANDLE file, void *status, void *info, ULONG size, ULONG class)
{
	LONG result = wines(file, status, info, size, class);

	return result == STATUS_NOT_IMPLEMENTED ? STATUS_INVALID_INFO_CLASS : result;
}

/* Makes the module's export of that name lead to another function. */
static BOOL redirect(BYTE *module, const char *name, void *to)
{
	IMAGE_NT_HEADERS *headers = (void *)(module + ((IMAGE_DOS_HEADER *)module)->e_lfanew);
	IMAGE_EXPORT_DIRECTORY *exports = (void *)(module +
		headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress);
	DWORD *names = (void *)(module + exports->AddressOfNames);
	WORD *ordinals = (void *)(module + exports->AddressOfNameOrdinals);
	DWORD *functions = (void *)(module + exports->AddressOfFunctions);
	uintptr_t distance = (uintptr_t)to - (uintptr_t)module;
	DWORD i, protection;

	for (i = 0; i < exports->NumberOfNames; i++) {
		DWORD *entry = &functions[ordinals[i]];

		if (strcmp((char *)module + names[i], name) != 0)
			continue;
		if (distance > UINT32_MAX || !VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &protection))
			return FALSE;
		*entry = (DWORD)distance;
		return VirtualProtect(entry, sizeof *entry, protection, &protection);
	}
	return FALSE;
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved)
{
	HMODULE ntdll = GetModuleHandleA("ntdll.dll");

	(void)self, (void)reserved;
	if (reason != DLL_PROCESS_ATTACH)
		return TRUE;
	wines = (set_information)(void *)GetProcAddress(ntdll, "NtSetInformationFile");
	return wines != NULL && redirect((BYTE *)ntdll, "NtSetInformationFile", (void *)ours);
}
