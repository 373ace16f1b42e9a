import { Folder } from 'lucide-react'
import { useEffect } from 'react'
import {
  useGeneration,
  useHistoryList,
  useLinkRefresh,
  useList,
} from '../../../studio/StudioContext'
import { ImageWithPlaceholder } from '../../../ui/image/ImageWithPlaceholder'

const MAX_IMAGES = 4

/** The latest images of a board. The name of the board is their accessible name. */
export function BoardPreview({ id }: { id: string }) {
  const list = useHistoryList({ board: id, statuses: ['SUCCEEDED'] }, MAX_IMAGES)
  const { ids, status, hasNextPage } = useList(list)
  const shown = ids.slice(0, MAX_IMAGES)
  const lacksImages = status === 'ready' && hasNextPage && shown.length < MAX_IMAGES
  // Images that were removed meanwhile are replaced by older ones.
  useEffect(() => {
    if (lacksImages) void list.loadMore()
  }, [lacksImages, list])
  if (shown.length === 0)
    return status === 'ready' && <Folder size={32} strokeWidth={1.5} aria-hidden />
  return shown.map((generation) => <Thumbnail key={generation} id={generation} />)
}

function Thumbnail({ id }: { id: string }) {
  const generation = useGeneration(id)
  const refreshLinks = useLinkRefresh(id)
  const image = generation?.images[0]
  return (
    image && (
      <ImageWithPlaceholder
        key={image.id}
        src={image.thumbnailUrl}
        alt=""
        width={image.width}
        height={image.height}
        thumbhash={image.placeholder}
        onLoadError={refreshLinks}
      />
    )
  )
}
