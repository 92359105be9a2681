/** What the pages do in the browser: progress, fresh facts, copying, a line-up, playing. */
export const BROWSER_SCRIPT = `'use strict';

// The server's clock counts, whatever the browser's says.
const ahead = Number(document.getElementById('live').dataset.now) - Date.now();
let refreshing = false;

setInterval(() => {
  const now = Date.now() + ahead;
  for (const bar of document.querySelectorAll('progress[data-start]')) bar.value = now - Number(bar.dataset.start);
  if (!document.hidden && now > Number(document.getElementById('live').dataset.stale) + 500) refresh();
}, 1000);

async function refresh() {
  if (refreshing) return;
  refreshing = true;
  try {
    await showFresh();
  } catch {
    // Not reachable at the moment: asked again below.
  } finally {
    setTimeout(() => { refreshing = false; }, 5000);
  }
}

async function showFresh() {
  const response = await fetch(location.href);
  if (response.ok) replaceLive(new DOMParser().parseFromString(await response.text(), 'text/html'));
}

function replaceLive(page) {
  const fresh = page.getElementById('live');
  for (const { id } of document.querySelectorAll('details[open]')) {
    const same = page.getElementById(id);
    if (same) same.open = true;
  }
  document.getElementById('live').replaceWith(document.adoptNode(fresh));
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-copy]');
  if (!button) return;
  const field = button.parentElement.querySelector('input');
  field.select();
  // The clipboard proper is there for https and localhost alone.
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value).catch(() => document.execCommand('copy'));
  else document.execCommand('copy');
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
});

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-line-up]');
  if (!button) return;
  const status = button.parentElement.querySelector('[role=status]');
  button.disabled = true;
  status.textContent = 'Making channels …';
  try {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch('api/channels/suggest', { method: 'POST', headers, body: '{"create":true}' });
    const answer = await response.json();
    status.textContent = response.ok ? toldOf(answer.created.length) : answer.message;
    await showFresh();
  } catch {
    status.textContent = 'Sidecast cannot be reached at the moment; try again.';
  } finally {
    button.disabled = false;
  }
});

function toldOf(count) {
  if (count === 0) return 'There is nothing more to suggest for now.';
  return count === 1 ? 'One channel was made.' : count + ' channels were made.';
}

const video = document.querySelector('video[data-master]');
if (video) play(video, document.getElementById('quality'), document.getElementById('trouble'));

function play(video, choice, trouble) {
  // Browsers refuse sound before the first click on some sites; a silent picture is better than none.
  const begin = () => video.play().catch(() => { video.muted = true; return video.play().catch(() => {}); });
  if (!window.Hls || !Hls.isSupported()) {
    video.src = video.dataset.media;
    choice.addEventListener('change', () => {
      video.src = video.dataset.media.replace(/[^/]+$/, choice.value + '.m3u8');
      begin();
    });
    begin();
    return;
  }
  const hls = new Hls({ autoStartLoad: false, testBandwidth: false, backBufferLength: 60 });
  const levelOf = (quality) => hls.levels.findIndex((level) => level.uri.includes('/' + quality + '.m3u8'));
  const start = () => {
    // One level and no other: each one that is asked for costs the server an encoder.
    hls.startLevel = levelOf(choice.value);
    hls.loadLevel = hls.startLevel;
    hls.startLoad(-1);
    begin();
  };
  let sourceLoaded = false;
  hls.on(Hls.Events.MANIFEST_PARSED, () => { sourceLoaded = true; start(); });
  hls.on(Hls.Events.FRAG_BUFFERED, () => { trouble.hidden = true; });
  hls.on(Hls.Events.ERROR, (_name, error) => {
    if (!error.fatal) return;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR) { hls.recoverMediaError(); return; }
    trouble.textContent = reasonOf(error);
    trouble.hidden = false;
    // A link expires that this page was given: a new page has a new one.
    if (error.response && error.response.code === 403) { setTimeout(() => location.reload(), 3000); return; }
    // What is not there any more is looked for from the start.
    const isGone = error.response && error.response.code === 404;
    setTimeout(() => { if (sourceLoaded && !isGone) start(); else hls.loadSource(video.dataset.master); }, 3000);
  });
  choice.addEventListener('change', () => { hls.currentLevel = levelOf(choice.value); });
  hls.attachMedia(video);
  hls.loadSource(video.dataset.master);
}

function reasonOf(error) {
  try {
    return JSON.parse(error.networkDetails.responseText).message;
  } catch {
    return 'The stream cannot be reached at the moment; trying again.';
  }
}
`;
