# ---- network ----
$network = [ordered]@{}

# The text after its 32-bit little-endian length, and where the next field starts.
function Read-Counted($bytes, [int]$at) {
  $length = [int]$bytes[$at] + 256 * [int]$bytes[$at + 1]
  if ($at + 4 + $length -gt $bytes.Count -or $bytes[$at + 2] -or $bytes[$at + 3]) { throw 'WinHttpSettings has an unknown form' }
  $text = ''
  if ($length -gt 0) { $text = @(foreach ($byte in $bytes[($at + 4)..($at + 3 + $length)]) { [char]$byte }) -join '' }
  @{ text = $text; next = $at + 4 + $length }
}

Invoke-Section 'network.winHttpProxy' {
  $bytes = (Read-Key 'SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections').WinHttpSettings
  $network['winHttpProxy'] = $null
  $network['proxyBypass'] = $null
  # Four 32-bit fields: version, counter, flags (2 = a proxy is set), length of the proxy; then its text, then the bypass list likewise.
  if ($null -ne $bytes -and $bytes.Count -ge 20 -and ([int]$bytes[8] -band 2)) {
    $proxy = Read-Counted $bytes 12
    $bypass = Read-Counted $bytes $proxy['next']
    if ($proxy['text']) { $network['winHttpProxy'] = $proxy['text'] }
    if ($bypass['text']) { $network['proxyBypass'] = $bypass['text'] }
  }
}

Invoke-Section 'network.tls12Client' {
  $client = Read-Key 'SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.2\Client'
  $winHttp = Read-Key 'SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\WinHttp'
  $isOff = ($null -ne $client.Enabled -and $client.Enabled -eq 0) -or ($null -ne $client.DisabledByDefault -and $client.DisabledByDefault -ne 0)
  # DefaultSecureProtocols: 0x800 is TLS 1.2 (learn.microsoft.com, KB3140245).
  if ($null -ne $winHttp.DefaultSecureProtocols -and -not ([long]$winHttp.DefaultSecureProtocols -band 2048)) { $isOff = $true }
  $network['tls12Client'] = -not $isOff
  # Windows 7 and Server 2008 R2 need that value to be there at all.
  if (-not $isOff -and $os['build'] -lt 9200 -and $null -eq $winHttp.DefaultSecureProtocols) { $network['tls12Client'] = $null }
}

function Set-Trouble($probe, [string]$word, [string]$code) {
  $probe['error'] = $word
  $probe['code'] = $code
}

# Winsock's numbers as words, and what WinHTTP makes of them.
function Set-SocketTrouble($probe, [int]$code) {
  if ($code -eq 10060) { Set-Trouble $probe 'ETIMEDOUT' '0x80072EE2' }
  elseif ($code -eq 10061) { Set-Trouble $probe 'ECONNREFUSED' '0x80072EFD' }
  elseif ($code -eq 11002) { Set-Trouble $probe 'EAI_AGAIN' '0x80072EE7' }
  elseif ($code -gt 11000) { Set-Trouble $probe 'ENOTFOUND' '0x80072EE7' }
  else { Set-Trouble $probe 'EHOSTUNREACH' '0x80072EFD' }
}

function Get-SocketCode($record) {
  $cause = $record.Exception
  while ($null -ne $cause) {
    if ($null -ne $cause.SocketErrorCode) { return [int]$cause.SocketErrorCode }
    $cause = $cause.InnerException
  }
  10060
}

# Name, then connection; $null when all went well, else the socket's code. With the request a probe takes 5 seconds at most.
function Test-Route([uri]$address, $probe) {
  try {
    $lookup = [System.Net.Dns]::BeginGetHostAddresses($address.DnsSafeHost, $null, $null)
    if (-not $lookup.AsyncWaitHandle.WaitOne(2000)) { return 11002 }
    $null = [System.Net.Dns]::EndGetHostAddresses($lookup)
    $probe['resolved'] = $true
  } catch {
    $probe['resolved'] = $false
    return Get-SocketCode $_
  }
  $socket = New-Object System.Net.Sockets.TcpClient
  try {
    $connecting = $socket.BeginConnect($address.DnsSafeHost, $address.Port, $null, $null)
    $probe['connected'] = $false
    if (-not $connecting.AsyncWaitHandle.WaitOne(1500)) { return 10060 }
    $socket.EndConnect($connecting)
    $probe['connected'] = $true
    return $null
  } catch {
    return Get-SocketCode $_
  } finally {
    $socket.Close()
  }
}

function Set-HttpTrouble($record, $probe) {
  $cause = $record.Exception
  while ($null -ne $cause -and $cause -isnot [System.Net.WebException]) { $cause = $cause.InnerException }
  if ($null -ne $cause.Response) {
    $probe['status'] = [int]$cause.Response.StatusCode
    $cause.Response.Close()
    return
  }
  switch ("$($cause.Status)") {
    'ConnectFailure' { $probe['connected'] = $false; Set-SocketTrouble $probe (Get-SocketCode $record) }
    'ProxyNameResolutionFailure' { $probe['resolved'] = $false; Set-SocketTrouble $probe 11001 }
    'Timeout' { Set-SocketTrouble $probe 10060 }
    'TrustFailure' { $probe['tls'] = 'failed'; Set-Trouble $probe 'certificate refused' '0x80072F0D' }
    'SecureChannelFailure' { $probe['tls'] = 'failed'; Set-Trouble $probe 'no secure channel' '0x80072F7D' }
    default { Set-Trouble $probe "$($cause.Status)" '0x80072EFE' }
  }
}

# One GET as this account, without credentials and without following redirects; the answer's status is all that counts.
function Test-Endpoint([string]$target, [string]$proxy) {
  $address = [uri]$target
  $probe = [ordered]@{ target = $target; via = 'direct'; resolved = $null; connected = $null; tls = 'notTried'; status = $null; error = $null }
  if ($proxy) {
    $probe['via'] = 'proxy'
  } else {
    $code = Test-Route $address $probe
    if ($null -ne $code) {
      Set-SocketTrouble $probe $code
      return $probe
    }
  }
  $request = [System.Net.WebRequest]::Create($address)
  $request.Proxy = $null
  if ($proxy) { $request.Proxy = New-Object System.Net.WebProxy $proxy }
  $request.Timeout = 1500
  $request.AllowAutoRedirect = $false
  try {
    $response = $request.GetResponse()
    $probe['status'] = [int]$response.StatusCode
    $response.Close()
  } catch {
    Set-HttpTrouble $_ $probe
  }
  if ($null -ne $probe['status']) {
    $probe['connected'] = $true
    if ($address.Scheme -eq 'https') { $probe['tls'] = 'ok' }
  }
  $probe
}

Invoke-Section 'network.probes' {
  if ($null -eq $update['policy']) { throw 'without the policy nobody knows which server to ask' }
  $probes = @()
  if ($update['wsusServer'] -and $update['policy']['useWUServer'] -eq 1) {
    Assert-FullLanguage
    # Old .NET would offer TLS 1.0 only; this holds for this process alone.
    if ([int][System.Net.ServicePointManager]::SecurityProtocol -ne 0) { [System.Net.ServicePointManager]::SecurityProtocol = 'Tls, Tls11, Tls12' }
    $target = "$($update['wsusServer'])/ClientWebService/client.asmx"
    $probes += , (Test-Endpoint $target '')
    if ($network['winHttpProxy']) {
      # "proxy:8080", or one per scheme: "http=a:80;https=b:80".
      $scheme = ([uri]$target).Scheme
      $proxy = @($network['winHttpProxy'] -split '[; ]+' -match "^($scheme=|[^=]+$)" -replace '^\w+=', '')[0]
      if ($proxy) { $probes += , (Test-Endpoint $target "http://$($proxy -replace '^\w+://', '')") }
    }
  }
  $network['probes'] = $probes
}

$evidence['network'] = $network
