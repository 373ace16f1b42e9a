"""Write the XMP packet that declares an image as AI-generated.

The packet has two statements:

- `DigitalSourceType` of IPTC Photo Metadata, with the NewsCodes URI
  `trainedAlgorithmicMedia`. Search engines and image agencies read it.
- The implicit label of the Chinese standard GB 45438-2025, annex E: `AIGC` in the
  namespace of TC260, a JSON object of seven strings (practice guide
  TC260-PG-20258A). Values are ASCII without spaces, quotes and backslashes.
  `Label` "1" means AI-generated. `ContentPropagator` is initially the producer,
  and distributors may replace it.
"""

from __future__ import annotations

import json
from datetime import datetime
from xml.sax.saxutils import escape

from genai_studio.imaging.software import SOFTWARE

KEYWORD = "XML:com.adobe.xmp"
"""Keyword of the PNG chunk (XMP specification part 3: uncompressed iTXt)."""

TRAINED_ALGORITHMIC_MEDIA = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

_PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/">
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <xmp:CreateDate>{created}</xmp:CreateDate>
   <Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>
   <TC260:AIGC>{label}</TC260:AIGC>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def xmp_packet(image_id: str, created_at: datetime, producer: str) -> str:
    """Return the packet of one image.

    Args:
        image_id: Unique ID of the image; ASCII letters, digits and “-”.
        producer: `ContentProducer` of the AIGC label: who provides the service that
            generated the image. Printable ASCII without spaces, quotes and backslashes.
    """
    return _PACKET.format(
        tool=escape(SOFTWARE),
        created=created_at.isoformat(timespec="milliseconds"),
        source=TRAINED_ALGORITHMIC_MEDIA,
        label=escape(_aigc_label(image_id, producer)),
    )


def _aigc_label(image_id: str, producer: str) -> str:
    label = {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": image_id,
        "ReservedCode1": "",
        "ContentPropagator": producer,
        "PropagateID": image_id,
        "ReservedCode2": "",
    }
    return json.dumps(label, separators=(",", ":"))
