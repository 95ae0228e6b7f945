; The setup: per user, 64-bit, in place. build.py calls makensis with the names in capitals.
;
; Command line: /S silent · /D=FOLDER (last) · /LANG=1033|2052|1066 · /DESKTOP · /STARTUP · /NODESKTOP · /NOSTARTUP
; Exit codes:   0 installed · 1 cancelled · 2 failed · 3 a newer version is there · 4 the program did not close
;               5 this Windows is too old · 6 files cannot be replaced, or the folder is in use for other things
; Silent runs leave what they have to say in %TEMP%\TikMatrix-Setup.log.
Unicode true
SetCompressor ${COMPRESSOR}
!if "${DICTIONARY_MB}" != ""
  SetCompressorDictSize ${DICTIONARY_MB}
!endif
; The files' own dates would make every build another one.
SetDateSave off
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
CRCCheck force
Name "TikMatrix Desktop"
BrandingText " "
OutFile "${OUT_FILE}"
InstallDir "$LOCALAPPDATA\Programs\TikMatrix"
InstallDirRegKey HKCU "Software\TikMatrix" "InstallDir"

VIProductVersion "${VERSION_NUMBER}"
VIFileVersion "${VERSION_NUMBER}"
VIAddVersionKey /LANG=1033 "ProductName" "TikMatrix Desktop"
VIAddVersionKey /LANG=1033 "FileDescription" "TikMatrix Desktop Setup"
VIAddVersionKey /LANG=1033 "CompanyName" "${PUBLISHER}"
VIAddVersionKey /LANG=1033 "LegalCopyright" "${PUBLISHER}"
VIAddVersionKey /LANG=1033 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=1033 "ProductVersion" "${VERSION}"

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include Sections.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include x64.nsh

!define PRODUCT_KEY "Software\TikMatrix"
!define REMOVE_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\TikMatrix"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define CLASSES_KEY "Software\Classes"
!define PRESET_CLASS "TikMatrix.Preset"
!define DATA_DIR "$LOCALAPPDATA\TikMatrix"
!define LOG_FILE "$TEMP\TikMatrix-Setup.log"

!define EXIT_NEWER 3
!define EXIT_RUNNING 4
!define EXIT_WINDOWS 5
!define EXIT_FILES 6

Var OldVersion
Var OldFolder

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_CUSTOMFUNCTION_GUIINIT Guard
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\TikMatrix.exe"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipWhenInstalled
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

; The first is taken for every language that is not here; each is chosen by what Windows speaks.
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "Vietnamese"
!include "texts.nsh"

; Says a text, and leaves it in the log for who runs it silently.
!macro Say Text
  Push "${Text}"
  Call ${UN}Note
  MessageBox MB_OK|MB_ICONEXCLAMATION "${Text}" /SD IDOK
!macroend
!define Say "!insertmacro Say"

!macro SharedFunctions Un
Function ${Un}Note
  Exch $0
  Push $1
  FileOpen $1 "${LOG_FILE}" a
  ${If} $1 != ""
    FileSeek $1 0 END
    FileWriteUTF16LE /BOM $1 "$0$\r$\n"
    FileClose $1
  ${EndIf}
  Pop $1
  Pop $0
FunctionEnd

; /LANG=number chooses the language of the texts.
Function ${Un}ChooseLanguage
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/LANG=" $1
  ${IfNot} ${Errors}
    StrCpy $LANGUAGE $1
  ${EndIf}
FunctionEnd

; Has the programs of the folder $R0 end, and the adb server that they started. Leaves the setup
; when they do not. The program itself knows how: it is asked to close as a person would ask it.
Function ${Un}CloseProgram
  ${Do}
    ${IfNot} ${FileExists} "$R0\tikmatrix-cli.exe"
      Return
    ${EndIf}
    DetailPrint "$(TEXT_CLOSING)"
    nsExec::ExecToLog '"$R0\tikmatrix-cli.exe" quit'
    Pop $0
    Call ${Un}IsFree
    Pop $1
    ${If} $1 == 1
      Return
    ${EndIf}
    Push "$(TEXT_STILL_RUNNING)"
    Call ${Un}Note
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(TEXT_STILL_RUNNING)" /SD IDCANCEL IDRETRY again
    SetErrorLevel ${EXIT_RUNNING}
    Quit
    again:
  ${Loop}
FunctionEnd

; Pushes 1 when nothing in $R0 runs: a file that runs cannot be opened for writing.
Function ${Un}IsFree
  StrCpy $2 1
  !insertmacro TryFile "TikMatrix.exe"
  !insertmacro TryFile "tikmatrix-cli.exe"
  !insertmacro TryFile "python\python.exe"
  !insertmacro TryFile "python\${PYTHON_DLL}"
  !insertmacro TryFile "lib\adbutils\binaries\adb.exe"
  Push $2
FunctionEnd

; What the program's own folders hold is the program's: nothing of the operator's lies there. A folder
; without the program is somebody else's, whatever it holds.
Function ${Un}RemoveProgramFiles
  ${IfNot} ${FileExists} "$R0\tikmatrix-cli.exe"
    Return
  ${EndIf}
  RMDir /r "$R0\lib"
  RMDir /r "$R0\python"
  RMDir /r "$R0\licences"
  Delete "$R0\TikMatrix.exe"
  Delete "$R0\Uninstall.exe"
  ; Last: a removal that was broken off can be done again.
  Delete "$R0\tikmatrix-cli.exe"
FunctionEnd
!macroend

!macro TryFile Name
  ${If} ${FileExists} "$R0\${Name}"
    ClearErrors
    FileOpen $3 "$R0\${Name}" a
    ${If} ${Errors}
      StrCpy $2 0
    ${Else}
      FileClose $3
    ${EndIf}
  ${EndIf}
!macroend

!define UN ""
!insertmacro SharedFunctions ""
!undef UN
!define UN "un."
!insertmacro SharedFunctions "un."
!undef UN
!define UN ""

Section "$(TEXT_PROGRAM)" SectionProgram
  SectionIn RO
  ${If} ${Silent}
    Call Guard
  ${EndIf}
  StrCpy $R0 $OldFolder
  ${If} $R0 != ""
    Call CloseProgram
  ${EndIf}
  ${If} $R0 != $INSTDIR
    StrCpy $R0 $INSTDIR
    Call CloseProgram
  ${EndIf}
  ; The program's folders are removed whole one day: they must be the program's from the first.
  ${IfNot} ${FileExists} "$INSTDIR\tikmatrix-cli.exe"
    ${If} ${FileExists} "$INSTDIR\lib\*.*"
    ${OrIf} ${FileExists} "$INSTDIR\python\*.*"
    ${OrIf} ${FileExists} "$INSTDIR\licences\*.*"
      ${Say} "$(TEXT_FOLDER)"
      SetErrorLevel ${EXIT_FILES}
      Quit
    ${EndIf}
  ${EndIf}
  ; An older version's modules beside the new ones would still be found.
  Call RemoveProgramFiles
  ${If} $OldFolder != ""
  ${AndIf} $OldFolder != $INSTDIR
    StrCpy $R0 $OldFolder
    Call RemoveProgramFiles
    RMDir $OldFolder
  ${EndIf}
  ClearErrors
  !include "${FILES}"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\Uninstall.exe"
  ${If} ${Errors}
    ${Say} "$(TEXT_FILES)"
    SetErrorLevel ${EXIT_FILES}
    Quit
  ${EndIf}
  ; Here rather than at the first start, which would take seconds longer.
  DetailPrint "$(TEXT_PREPARING)"
  nsExec::Exec '"$INSTDIR\python\python.exe" -m compileall -q --invalidation-mode unchecked-hash "$INSTDIR\lib"'
  Pop $0
  CreateShortcut "$SMPROGRAMS\TikMatrix.lnk" "$INSTDIR\TikMatrix.exe"

  WriteRegStr HKCU "${PRODUCT_KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${PRODUCT_KEY}" "Version" "${VERSION}"
  WriteRegStr HKCU "${PRODUCT_KEY}" "VersionNumber" "${VERSION_NUMBER}"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayName" "TikMatrix Desktop"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${REMOVE_KEY}" "DisplayIcon" "$INSTDIR\TikMatrix.exe,0"
  WriteRegStr HKCU "${REMOVE_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${REMOVE_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${REMOVE_KEY}" "UninstallString" '"$INSTDIR\Uninstall.exe"'
  WriteRegStr HKCU "${REMOVE_KEY}" "QuietUninstallString" '"$INSTDIR\Uninstall.exe" /S'
  WriteRegDWORD HKCU "${REMOVE_KEY}" "EstimatedSize" ${INSTALLED_KIB}
  WriteRegDWORD HKCU "${REMOVE_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${REMOVE_KEY}" "NoRepair" 1

  WriteRegStr HKCU "${CLASSES_KEY}\.tikpreset" "" "${PRESET_CLASS}"
  WriteRegStr HKCU "${CLASSES_KEY}\${PRESET_CLASS}" "" "$(TEXT_PRESET)"
  WriteRegStr HKCU "${CLASSES_KEY}\${PRESET_CLASS}\DefaultIcon" "" "$INSTDIR\TikMatrix.exe,0"
  WriteRegStr HKCU "${CLASSES_KEY}\${PRESET_CLASS}\shell\open\command" "" '"$INSTDIR\TikMatrix.exe" gui --preset "%1"'
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "$(TEXT_DESKTOP)" SectionDesktop
  CreateShortcut "$DESKTOP\TikMatrix.lnk" "$INSTDIR\TikMatrix.exe"
SectionEnd

Section /o "$(TEXT_STARTUP)" SectionStartup
  WriteRegStr HKCU "${RUN_KEY}" "TikMatrix" '"$INSTDIR\TikMatrix.exe"'
SectionEnd

Section -WhatWasNotChosen
  ${IfNot} ${SectionIsSelected} ${SectionDesktop}
    Delete "$DESKTOP\TikMatrix.lnk"
  ${EndIf}
  ${IfNot} ${SectionIsSelected} ${SectionStartup}
    DeleteRegValue HKCU "${RUN_KEY}" "TikMatrix"
  ${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "$(TEXT_PROGRAM_ABOUT)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionDesktop} "$(TEXT_DESKTOP_ABOUT)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionStartup} "$(TEXT_STARTUP_ABOUT)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

!macro Choose Name SectionNumber
  ClearErrors
  ${GetOptions} $0 "/${Name}" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SectionNumber}
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/NO${Name}" $1
  ${IfNot} ${Errors}
    !insertmacro UnselectSection ${SectionNumber}
  ${EndIf}
!macroend

; Refuses what cannot be installed. Only after .onInit do texts come in the language chosen there.
Function Guard
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    ${Say} "$(TEXT_WINDOWS)"
    SetErrorLevel ${EXIT_WINDOWS}
    Quit
  ${EndIf}
  ReadRegStr $0 HKCU "${PRODUCT_KEY}" "VersionNumber"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION_NUMBER}" $1
    ${If} $1 == 1
      ${Say} "$(TEXT_NEWER)"
      SetErrorLevel ${EXIT_NEWER}
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Function .onInit
  Delete "${LOG_FILE}"
  Call ChooseLanguage
  ReadRegStr $OldVersion HKCU "${PRODUCT_KEY}" "Version"
  ReadRegStr $OldFolder HKCU "${PRODUCT_KEY}" "InstallDir"
  ; What was chosen before is chosen still.
  ${If} ${FileExists} "$DESKTOP\TikMatrix.lnk"
    !insertmacro SelectSection ${SectionDesktop}
  ${EndIf}
  ReadRegStr $0 HKCU "${RUN_KEY}" "TikMatrix"
  ${If} $0 != ""
    !insertmacro SelectSection ${SectionStartup}
  ${EndIf}
  ${GetParameters} $0
  !insertmacro Choose "DESKTOP" ${SectionDesktop}
  !insertmacro Choose "STARTUP" ${SectionStartup}
FunctionEnd

Function SkipWhenInstalled
  ${If} $OldFolder != ""
  ${AndIf} ${FileExists} "$OldFolder\TikMatrix.exe"
    StrCpy $INSTDIR $OldFolder
    Abort
  ${EndIf}
FunctionEnd

!undef UN
!define UN "un."

Function un.onInit
  Delete "${LOG_FILE}"
  Call un.ChooseLanguage
FunctionEnd

; Command line: /S silent · /REMOVEDATA with the data (silent runs keep it) · _?=FOLDER (last) to be waited for.
Section "Uninstall"
  StrCpy $R0 $INSTDIR
  Call un.CloseProgram
  Call un.RemoveProgramFiles
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\TikMatrix.lnk"
  Delete "$DESKTOP\TikMatrix.lnk"
  DeleteRegValue HKCU "${RUN_KEY}" "TikMatrix"
  DeleteRegKey HKCU "${REMOVE_KEY}"
  DeleteRegKey HKCU "${PRODUCT_KEY}"
  DeleteRegKey HKCU "${CLASSES_KEY}\${PRESET_CLASS}"
  ReadRegStr $0 HKCU "${CLASSES_KEY}\.tikpreset" ""
  ${If} $0 == "${PRESET_CLASS}"
    DeleteRegKey HKCU "${CLASSES_KEY}\.tikpreset"
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  ${If} ${FileExists} "${DATA_DIR}\*.*"
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/REMOVEDATA" $1
    ${If} ${Errors}
      MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(TEXT_REMOVE_DATA)" /SD IDNO IDNO keep
    ${EndIf}
    RMDir /r "${DATA_DIR}"
    keep:
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\TikMatrix.exe"
    ${Say} "$(TEXT_FILES)"
    SetErrorLevel ${EXIT_FILES}
  ${EndIf}
SectionEnd
