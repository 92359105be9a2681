/** Where SSDP messages go, and come from. */
export const SSDP_GROUP = '239.255.255.250';
export const SSDP_PORT = 1900;
/** How long others may believe an announcement. */
const MAX_AGE_SECONDS = 1800;
const SERVER = 'Sidecast UPnP/1.1';

/** The kinds of things that a device is, in UPnP. */
const ROOT_DEVICE = 'upnp:rootdevice';
const TARGETS = [ROOT_DEVICE, 'urn:schemas-upnp-org:device:MediaServer:1'];

/** What a search asks for, or undefined for anything but a search. */
export function searchTarget(message: string): string | undefined {
  if (!/^M-SEARCH \* HTTP\/1\.1\r?\n/i.test(message) || !/^MAN:\s*"ssdp:discover"\s*$/im.test(message))
    return undefined;
  return /^ST:[ \t]*(\S+)\s*$/im.exec(message)?.[1];
}

/** The answers of a device to a search: one for each thing that it is and that was asked for. */
export function searchAnswers(target: string, udn: string, location: string): string[] {
  const wanted = [...TARGETS, udn].filter((each) => target === 'ssdp:all' || target === each);
  return wanted.map((each) =>
    render('HTTP/1.1 200 OK', {
      'CACHE-CONTROL': `max-age=${MAX_AGE_SECONDS}`,
      EXT: '',
      LOCATION: location,
      SERVER,
      ST: each,
      USN: uniqueName(each, udn),
    }),
  );
}

/** What a device says unasked: that it is there, or that it goes. */
export function announcements(kind: 'alive' | 'byebye', udn: string, location: string): string[] {
  return [...TARGETS, udn].map((target) =>
    render('NOTIFY * HTTP/1.1', {
      HOST: `${SSDP_GROUP}:${SSDP_PORT}`,
      NT: target,
      NTS: `ssdp:${kind}`,
      USN: uniqueName(target, udn),
      ...(kind === 'alive' ? { LOCATION: location, SERVER, 'CACHE-CONTROL': `max-age=${MAX_AGE_SECONDS}` } : {}),
    }),
  );
}

function uniqueName(target: string, udn: string): string {
  return target === udn ? udn : `${udn}::${target}`;
}

function render(firstLine: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [firstLine, ...lines, '', ''].join('\r\n');
}
