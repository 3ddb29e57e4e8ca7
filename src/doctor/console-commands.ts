/**
 * The commands of advice as the console's own system has them. Advice is written for Linux; Windows and macOS lack
 * some of its tools. Windows: Test-NetConnection, Get-DnsClientServerAddress, `klist get`, `w32tm`, `nltest` and
 * `curl.exe` (shipped since 1803) as Microsoft's documents describe them; macOS: its own manual pages.
 */
const ELSEWHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  win32: {
    'cat /etc/resolv.conf': 'Get-DnsClientServerAddress',
    'date -u': 'w32tm /query /status',
    'ip route get HOST': 'Test-NetConnection HOST -InformationLevel Detailed',
    'kinit USER@REALM': 'runas /netonly /user:USER@REALM powershell',
    'KRB5_TRACE=/dev/stderr kinit USER': 'nltest /dsgetdc:DOMAIN',
    'kvno HTTP/HOST': 'klist get HTTP/HOST',
    'nc -vz HOST PORT': 'Test-NetConnection HOST -Port PORT',
    'openssl s_client -connect HOST:PORT </dev/null': 'curl.exe -vk https://HOST:PORT/wsman',
    'openssl s_client -connect HOST:PORT -showcerts </dev/null':
      'curl.exe -vk https://HOST:PORT/wsman',
    'openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -subject -issuer -dates':
      'curl.exe -vk https://HOST:PORT/wsman',
    timedatectl: 'w32tm /query /status',
  },
  darwin: {
    'cat /etc/resolv.conf': 'scutil --dns',
    'ip route get HOST': 'route -n get HOST',
    timedatectl: 'sntp time.apple.com',
  },
};

/** The same commands, in the words of that platform (`process.platform`); one that it has too stays. */
export function onConsole(commands: readonly string[], platform: string): string[] {
  const names = ELSEWHERE[platform] ?? {};
  return [...new Set(commands.map((command) => names[command] ?? command))];
}
