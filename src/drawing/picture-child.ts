// A process of its own: fonts and what draws take more memory than all the rest, seldom, and none is given back by those
// who took it. What is loaded is what the first picture of a kind needs.
import type { CardText } from './card.ts';
import type { Resized } from './resize.ts';

/** What it can be asked for. */
export interface PictureTasks {
  readonly card: CardText;
  readonly logo: { readonly name: string; readonly shade: number };
  readonly resized: { readonly bytes: Uint8Array; readonly to: Resized };
}

type Request = {
  [Task in keyof PictureTasks]: { id: number; task: Task; given: PictureTasks[Task] };
}[keyof PictureTasks];

async function pictureOf(request: Request): Promise<Buffer> {
  switch (request.task) {
    case 'card': {
      const { renderCard } = await import('./card.ts');
      return drawn(renderCard(request.given));
    }
    case 'logo': {
      const { renderLogo } = await import('./logo.ts');
      return drawn(renderLogo(request.given.name, request.given.shade));
    }
    case 'resized': {
      const { resize } = await import('./resize.ts');
      return resize(request.given.bytes, request.given.to);
    }
  }
}

async function drawn(svg: string): Promise<Buffer> {
  const { pngOf } = await import('./png.ts');
  return pngOf(svg);
}

process.on('message', (request: Request) => {
  const { id } = request;
  pictureOf(request).then(
    (result) => process.send?.({ id, result }),
    ({ message }: Error) => process.send?.({ id, problem: { message } }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ id: 0, isAlive: true });
