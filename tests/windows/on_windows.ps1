# The setup on a real Windows: what tests/windows proves under Wine, as far as one machine's life goes.
param([Parameter(Mandatory)] [string] $Setup)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$folder = Join-Path $env:LOCALAPPDATA 'Programs\TikMatrix'
$cli = Join-Path $folder 'tikmatrix-cli.exe'
$entry = 'HKCU:\Software\Microsoft\Windows\CurrentVersion\Uninstall\TikMatrix'

function Assert-True([bool] $Condition, [string] $What) {
    if (-not $Condition) { throw "not so: $What" }
    Write-Host "ok  $What"
}

function Invoke-Program([string] $Program, [string[]] $Arguments) {
    $process = Start-Process -FilePath $Program -ArgumentList $Arguments -PassThru -Wait -NoNewWindow
    return $process.ExitCode
}

Assert-True ((Invoke-Program $Setup @('/S', '/DESKTOP')) -eq 0) 'the setup installs silently'
Assert-True (Test-Path $entry) 'it is listed among the programs'
Assert-True ((Invoke-Program $cli @('--version')) -eq 0) 'the program starts'
$demo = @('demo', '--headless', '--once', '--speed', '20', '--port', '0')
Assert-True ((Invoke-Program $cli $demo) -eq 0) 'the demo runs every script, with the adb that was installed'

$serve = Start-Process -FilePath $cli -ArgumentList 'serve' -PassThru -NoNewWindow
for ($try = 0; $try -lt 120; $try++) {
    try { $health = Invoke-RestMethod 'http://127.0.0.1:50809/api/v1/health'; break } catch { Start-Sleep 0.5 }
}
Assert-True ($health.code -eq 0) 'the API answers'
Assert-True ((Invoke-Program $Setup @('/S')) -eq 0) 'the setup upgrades the running program'
Assert-True ($serve.WaitForExit(20000)) 'the running program has been asked to end'
Assert-True (-not (Get-Process adb -ErrorAction SilentlyContinue)) 'no adb server of it is left'

$window = Start-Process -FilePath (Join-Path $folder 'TikMatrix.exe') -PassThru
Start-Sleep 15
Assert-True (-not $window.HasExited) 'the window stays'
Assert-True ($window.MainWindowTitle -like '*TikMatrix*') 'it has its title'
Assert-True ((Invoke-Program $cli @('quit')) -eq 0) 'it can be asked to close'

$remove = Join-Path $folder 'Uninstall.exe'
Assert-True ((Invoke-Program $remove @('/S', "_?=$folder")) -eq 0) 'it uninstalls silently'
Assert-True (-not (Test-Path $entry)) 'it is listed no more'
Assert-True (-not (Test-Path (Join-Path $folder 'lib'))) 'its files are gone'
Assert-True (Test-Path (Join-Path $env:LOCALAPPDATA 'TikMatrix')) 'the data is kept'
