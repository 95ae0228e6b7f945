/* adb.exe is a 32-bit program, which a 64-bit Wine does not run: this stands in for it, with the adb
 * of the Linux side behind it, named by TIKMATRIX_UNIX_ADB as `Z:\...\adb`. Both see one loopback.
 *
 * As adb.exe does, `-P PORT start-server` leaves a process behind that lives as long as the server
 * and keeps its own file from being replaced. Wine gives no handle of a Unix process, so that process
 * asks the server's port.
 */
#include <winsock2.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#define LONGEST_COMMAND 32768
#define TRIES_TO_START 100
#define POLL_MILLISECONDS 100

static wchar_t command[LONGEST_COMMAND];

static BOOL run(void)
{
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION started;
    return CreateProcessW(NULL, command, NULL, NULL, FALSE, DETACHED_PROCESS, NULL, NULL, &start,
                          &started);
}

static BOOL answers(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((u_short)port);
    SOCKET probe = socket(AF_INET, SOCK_STREAM, 0);
    BOOL connected = connect(probe, (struct sockaddr *)&address, sizeof address) == 0;
    closesocket(probe);
    return connected;
}

static int serve(int port)
{
    static wchar_t adb[LONGEST_COMMAND / 2];
    WSADATA winsock;
    WSAStartup(MAKEWORD(2, 2), &winsock);
    GetEnvironmentVariableW(L"TIKMATRIX_UNIX_ADB", adb, LONGEST_COMMAND / 2);
    swprintf(command, LONGEST_COMMAND, L"\"%ls\" -P %d start-server", adb, port);
    if (!run())
        return 1;
    for (int tries = 0; tries < TRIES_TO_START && !answers(port); tries++)
        Sleep(POLL_MILLISECONDS);
    while (answers(port))
        Sleep(POLL_MILLISECONDS);
    return 0;
}

int wmain(int count, wchar_t **arguments)
{
    static wchar_t self[LONGEST_COMMAND / 2];
    if (count >= 4 && wcscmp(arguments[1], L"-L") == 0)
        return serve(_wtoi(wcsrchr(arguments[2], L':') + 1));
    if (count < 4 || wcscmp(arguments[3], L"start-server") != 0)
        return 1;
    GetModuleFileNameW(NULL, self, LONGEST_COMMAND / 2);
    swprintf(command, LONGEST_COMMAND, L"\"%ls\" -L tcp:%ls fork-server server", self, arguments[2]);
    return run() ? 0 : 1;
}
