/* TikMatrix.exe and tikmatrix-cli.exe: the program in a process of its own name.
 *
 * Python's interpreter is a DLL; running it here rather than in a child named pythonw.exe gives the
 * task manager, the taskbar and the firewall's question the program's own name and icon, and no
 * second process stands between the operator and the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#define LONGEST_PATH 32768
#define CANNOT_START 3
#define FIXED_ARGUMENTS 5

typedef int(__cdecl *PythonMain)(int, wchar_t **);

static wchar_t python[LONGEST_PATH];
static wchar_t library[LONGEST_PATH];

static int complain(const wchar_t *what)
{
    static wchar_t text[LONGEST_PATH];
    swprintf(text, LONGEST_PATH, L"%ls\nRun the TikMatrix setup again to repair it.", what);
#ifdef CONSOLE
    fwprintf(stderr, L"tikmatrix-cli: %ls\n", text);
#else
    MessageBoxW(NULL, text, L"TikMatrix", MB_OK | MB_ICONERROR);
#endif
    return CANNOT_START;
}

static int run(int count, wchar_t **arguments)
{
    DWORD length = GetModuleFileNameW(NULL, python, LONGEST_PATH - 64);
    if (length == 0 || length >= LONGEST_PATH - 64)
        return complain(L"The program is in a folder whose name is too long.");
    wchar_t *name = wcsrchr(python, L'\\') + 1;
    wcscpy(name, L"python\\");
    wcscpy(library, python);
    wcscat(library, PYTHON_DLL);
    /* What children of ours are started with: sys.executable is made of it. */
    wcscat(python, L"python.exe");
    /* Its own folder is where the interpreter's DLLs are looked for. */
    HMODULE interpreter = LoadLibraryExW(library, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (interpreter == NULL)
        return complain(L"A part of the program, its Python, is missing.");
    PythonMain python_main = (PythonMain)(void *)GetProcAddress(interpreter, "Py_Main");
    wchar_t **given = calloc((size_t)count + FIXED_ARGUMENTS + 1, sizeof *given);
    if (python_main == NULL || given == NULL)
        return complain(L"A part of the program, its Python, cannot be used.");
    int total = 0;
    given[total++] = python;
    given[total++] = L"-X";
    given[total++] = L"utf8";
    given[total++] = L"-m";
    given[total++] = L"tikmatrix_desktop";
    for (int i = 1; i < count; i++)
        given[total++] = arguments[i];
    return python_main(total, given);
}

#ifdef CONSOLE
int wmain(int count, wchar_t **arguments)
{
    return run(count, arguments);
}
#else
int WINAPI wWinMain(HINSTANCE self, HINSTANCE before, PWSTR line, int show)
{
    (void)self;
    (void)before;
    (void)line;
    (void)show;
    return run(__argc, __wargv);
}
#endif
