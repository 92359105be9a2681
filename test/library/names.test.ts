import { expect, test } from '@jest/globals';
import {
  episodeNumbers,
  episodeTitle,
  filmTitle,
  isEpisodeName,
  seasonOfFolder,
  showName,
} from '../../src/library/names.ts';

test.each([
  ['The.Matrix.1999.1080p.BluRay.x264-GRP', 'The Matrix'],
  ['The Matrix (1999)', 'The Matrix'],
  ['The Matrix (1999) [1080p]', 'The Matrix'],
  ['Blade.Runner.2049.2017.2160p.UHD.HDR10', 'Blade Runner 2049'],
  ['2001 A Space Odyssey 1968', '2001 A Space Odyssey'],
  ['1917', '1917'],
  ['1917 (2019)', '1917'],
  ['A Proper Job', 'A Proper Job'],
  ['Charlotte’s Web', 'Charlotte’s Web'],
  ['Night_of_the_Hunter_720p', 'Night of the Hunter'],
  ['Dr. Strangelove', 'Dr. Strangelove'],
  ['Amélie.WEB-DL.AAC', 'Amélie'],
  ['Alien 3', 'Alien 3'],
  ['holiday in 12345', 'holiday in 12345'],
  ['שלום', 'שלום'],
  ['...', '...'],
])('the film %j is titled %j', (stem, title) => {
  expect(filmTitle(stem)).toBe(title);
});

test.each([
  ['Show - S01E02 - The Title', 1, 2, 'The Title'],
  ['show.s01e02.the.title.720p.hdtv.x264', 1, 2, 'the title'],
  ['Show S1 E2', 1, 2, 'Season 1, episode 2'],
  ['Show 3x04 Four', 3, 4, 'Four'],
  ['Show.S02E01-E02.Double', 2, 1, 'Double'],
  ['Show S2024E107', 2024, 107, 'Season 2024, episode 107'],
  ['Show S00E03', 0, 3, 'Episode 3'],
])('the episode %j is season %i, episode %i, %j', (stem, season, episode, title) => {
  expect(isEpisodeName(stem)).toBe(true);
  expect(episodeNumbers(stem, undefined)).toEqual({ season, episode });
  expect(episodeTitle(stem, { season, episode })).toBe(title);
});

test.each([
  ['05 - Five', 2, 2, 5, 'Five'],
  ['Episode 7', 1, 1, 7, 'Season 1, episode 7'],
  ['E08', undefined, null, 8, 'Episode 8'],
  ['Opening', undefined, null, null, 'Opening'],
  ['clip 1920x1080', undefined, null, null, 'clip 1920x1080'],
])('%j in a folder of season %j is season %j, episode %j, %j', (stem, folderSeason, season, episode, title) => {
  expect(isEpisodeName(stem)).toBe(false);
  expect(episodeNumbers(stem, folderSeason)).toEqual({ season, episode });
  expect(episodeTitle(stem, { season, episode })).toBe(title);
});

test.each([
  ['Season 1', 1],
  ['season_02', 2],
  ['Staffel 12', 12],
  ['Specials', 0],
  ['Season 00', 0],
  ['Seasoned', undefined],
  ['Season', undefined],
  ['1', undefined],
])('the folder %j stands for season %j', (name, season) => {
  expect(seasonOfFolder(name)).toBe(season);
});

test.each([
  ['The.Wire.1080p.BluRay', 'The Wire'],
  ['Doctor Who (2005)', 'Doctor Who (2005)'],
  ['Ein_Herz', 'Ein Herz'],
])('the show in %j is %j', (folder, name) => {
  expect(showName(folder)).toBe(name);
});
