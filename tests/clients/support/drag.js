// Dragging by the mouse, as somebody does who looks at what they drag.

/** Begins to drag something, as soon as it can be dragged. */
export async function take(page, what) {
  await what.locator("xpath=ancestor-or-self::*[@draggable='true']").first().waitFor();
  await what.hover();
  const { x, y } = await middleOf(what);
  await page.mouse.down();
  await page.mouse.move(x + 12, y + 12, { steps: 3 });
}

/** Goes to a place with what is dragged, and lets go when that says that it takes it. */
export async function drop(page, place, taking) {
  for (let round = 0; (await taking.count()) === 0; round++) {
    const { x, y } = await middleOf(place);
    await page.mouse.move(x + (round % 2), y);
  }
  await page.mouse.up();
}

export async function drag(page, what, place, taking) {
  await take(page, what);
  await drop(page, place, taking);
}

async function middleOf(what) {
  const { x, y, width, height } = await what.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}
