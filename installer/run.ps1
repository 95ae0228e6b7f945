# Sets everything up and starts the program on Windows: powershell -ExecutionPolicy Bypass -File installer\run.ps1 [arguments]
# With no arguments, the demo.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot
Set-Location $root
$venv = Join-Path $root '.venv'
$venvPython = Join-Path $venv 'Scripts\python.exe'
$requirements = Join-Path $root 'installer\requirements.txt'

function Find-Python {
    foreach ($version in '3.13', '3.12', '3.11') {
        $found = & py "-$version" -c 'import sys; print(sys.executable)' 2>$null
        if ($LASTEXITCODE -eq 0 -and $found) { return $found }
    }
    $check = 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'
    & python -c $check 2>$null
    if ($LASTEXITCODE -eq 0) { return 'python' }
    throw 'Python 3.11, 3.12 or 3.13 is needed and was not found. Install it from python.org and run this again.'
}

function Invoke-Checked {
    $command, $rest = $args
    & $command @rest
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

$stamp = (Get-FileHash $requirements).Hash + (Get-FileHash (Join-Path $root 'pyproject.toml')).Hash
$stampFile = Join-Path $venv '.set-up'
$known = if (Test-Path $stampFile) { (Get-Content -Raw $stampFile).Trim() } else { '' }
if (-not (Test-Path $venvPython) -or $known -ne $stamp) {
    Write-Host "Setting up $venv (a minute or two the first time)"
    Invoke-Checked (Find-Python) -m venv $venv
    Invoke-Checked $venvPython -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $requirements
    Invoke-Checked $venvPython -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    Set-Content -NoNewline -Path $stampFile -Value $stamp
}
Invoke-Checked $venvPython installer\compile_forms.py
$arguments = if ($args.Count -gt 0) { $args } else { @('demo') }
& (Join-Path $venv 'Scripts\tikmatrix-desktop.exe') @arguments
exit $LASTEXITCODE
